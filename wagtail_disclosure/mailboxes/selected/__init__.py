"""Selected letters (来信选登): preparing them, the consent they rest on, and the lists in which the public reads them."""
