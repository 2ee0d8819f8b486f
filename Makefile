# Short names for the one tool of the workshop, dev.py.
.PHONY: run test lint bench
run test lint bench:
	@python3 dev.py $@ $(ARGS)
