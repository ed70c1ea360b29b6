"""One module per subject, each with a `router`: parse, call use cases, render a template."""
