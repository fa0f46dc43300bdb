"""What a typed message means where the person stands: what is found in it, and the rules that decide."""
