"""Reading governance for its pages."""
