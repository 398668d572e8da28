"""Reading what policy keeps."""
