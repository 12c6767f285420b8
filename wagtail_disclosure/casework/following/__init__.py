"""Following a case with number and code: what the applicant sees of it and does in it, without an account.

Everything here is for any kind of case; what differs is data of its transition table and methods of its model.
"""
