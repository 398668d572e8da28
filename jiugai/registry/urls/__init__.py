"""Addresses of the register, one module per part."""
