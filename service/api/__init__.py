"""HTTP: parse, call one use case, render.

router       which resource modules there are, and the path they live under
deps         what an endpoint may ask for: the actor, the unit-of-work factory, a page, an ETag
credentials  where a request carries its proof of who is asking
problems     every error as RFC 9457 problem details; the one place that knows an error's status
paging       opaque cursors
etags        versions as ETags, If-Match
idempotency  the same request twice is carried out once
middleware   request ids, security headers, rate limits, other sites' requests
metrics      what Prometheus reads
health       whether the process lives and whether it can answer
schemas      what goes in and out, with examples
One module per resource holds the rest: accounts, companies, films, ...
"""
