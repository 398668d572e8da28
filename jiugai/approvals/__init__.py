"""From scheme to tender: rebuilding, schemes, opinions, approvals, floor-area pool (tasks 4, 9, 11, 18, 19)."""
