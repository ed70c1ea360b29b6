"""Pages for administrators: what runs, what is in force, who may come in, and what was done."""
