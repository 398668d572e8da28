"""The register for programs: JSON that never holds personal data."""
