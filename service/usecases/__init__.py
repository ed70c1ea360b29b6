"""What can be done. Each function opens one unit of work, checks permission, decides, commits.

accounts      signing in and out, sessions, passwords, who sends a request
people        users and invitations, the first administrator
keys          API keys
companies     companies and their members
films         films and projects, who may see them
distributors  profiles, their briefs and limits
rights        what is held and sold, conflicts told by the grant in the way
avails        held minus sold, as a table
deals         deals, terms, outcomes
feedback      what happened between a distributor and a film, passes and approaches
eligibility   hard filters of matching
privacy       a person's data: export and deletion
audit         the audit trail

They take the unit-of-work factory and the actor first, and return domain objects. Errors are ServiceErrors.
"""
