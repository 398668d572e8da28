"""What is renovated: the catalogue by edition, the menu that check-up defects propose, its cost and months."""
