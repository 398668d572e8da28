# What each command does is told in README.md and done in bootstrap/ (Python, standard library only).
#   make test ARGS="tests/domain -x"    JIUGAI_PORT=9000 make run    make clean YES=1
PYTHON ?= python3
export ARGS YES

.PHONY: run test check stop clean bench lock cluster
run test check stop clean bench lock cluster:
	@$(PYTHON) -m bootstrap $@
