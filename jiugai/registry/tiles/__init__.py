"""Vector tiles, made by PostGIS straight from the register: `answer.tile` gives the answer to a request."""
