"""Five kinds of problems and window guards, cleared before works (task 2)."""
