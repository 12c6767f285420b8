"""Letters (文书) of cases: written with the event that they belong to, frozen, numbered, handed out by one view."""
