"""The index of models: every model of the package can be imported from here."""
