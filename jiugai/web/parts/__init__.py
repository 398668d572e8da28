"""What template tags are made of: plain functions from values to text or safe HTML."""
