"""Delivery of what is public to reading points (Art. 25): what is due, delivery notes, receipts, recalls, figures."""


def install():
    """Follow the register and the places, prepare them in a setup, keep receipts. Called once when the apps are ready."""
    from ...casework import cleaning
    from ...installation import setup
    from . import due, installing, places
    from .receipts import belongs

    due.install()
    places.install()
    if belongs not in cleaning.keepers:
        cleaning.keepers.append(belongs)
    if installing.install_places not in setup.installers:
        setup.installers.append(installing.install_places)
