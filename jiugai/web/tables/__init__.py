"""One mechanism for every register: a declaration of columns and filters gives the list, its export and its print."""
