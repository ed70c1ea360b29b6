"""Who is asking, and what they may do. Pure: nothing here opens a connection.

identity     passwords, session tokens, API keys
invitations  how a person comes by a password
actor        Actor: who is asking, in which companies, with which scopes
permissions  the table of rules, and the questions asked of it
csrf         that a browser's request was meant by the person in front of it
throttle     how fast is too fast, and how long guessing is locked out
"""
