"""What people do in approvals."""
