"""Background work on PostgreSQL (procrastinate), safe against a worker that dies at any moment.

app       the queue's application: which tasks there are, and when they are tried again
tasks     each task: one call of a use case
progress  how far a job is, and whether somebody wants it to stop
apart     work in a process of its own, which can be stopped at any point
worker    a process that carries tasks out, and takes over what dead workers left

A job is a row that people see and a task in the queue, made in one transaction. The task writes its result and that
the job is done in one transaction too, and does nothing for a job that is done: so it may be carried out again.
"""
