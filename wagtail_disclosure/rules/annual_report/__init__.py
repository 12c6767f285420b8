"""The statutory annual report (Arts. 49–50): its forms by fiscal year, its identities, and how cases are counted."""
