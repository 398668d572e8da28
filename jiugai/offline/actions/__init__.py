"""What is done with what phones send."""
