"""Rules of disclosure in pure Python: calendars, clocks, jurisdiction profiles, numbers, text. No ORM."""
