# Everything is in bootstrap/ (Python, standard library only). README.md tells what each command does.
PYTHON ?= python3

.PHONY: run test check stop clean bench lock cluster
run test check stop clean bench lock cluster:
	@$(PYTHON) -m bootstrap $@
