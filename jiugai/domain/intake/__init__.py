"""Reading what people hand in: files, columns, values, and what is wrong with them."""
