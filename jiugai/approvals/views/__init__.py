"""Views of approvals."""
