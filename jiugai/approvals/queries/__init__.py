"""What pages of approvals read."""
