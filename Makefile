# make demo       the lecture's XOR, then a convolutional network on 8,000 pictures of clothes; writes to out/
# make demo-full  the same network on all 60,000 of them
# make distributed-demo  the same network in one process and in two: their loss curves lie on each other
# make test       format, lint, types, tests, notebooks, the README's examples (pages where Chromium is installed)
# make fuzz       look for files that a reader takes wrongly, for SECONDS=60; atheris guides it where it is installed
# make mutants    break every rule, kernel, optimizer and schedule in turn: each must make a test fail (minutes);
#                 NAMES="tanh Conv2d" takes those with these words in their names, ARGS=--verbose says what caught each
# make bench      measure against the peers (downloads PyTorch and JAX)
# make hips       run 717 programs of HIPS autograd in it and in this library: what they give, and how long they take
#                 (minutes; ARGS="--rounds 2" times less often)
# make clients    the same for packages that use HIPS autograd: lifelines, autograd-gamma and pymanopt (minutes)
# make reference  rewrite the numbers of PyTorch that the tests compare ours with (downloads PyTorch)
# make system     install Debian's Graphviz and Chromium, with which tests draw and step through pictures too, and
#                 iproute2, with which they build a network of two machines
# make docs       build the documentation, build/docs/index.html, and check its links and formulas
# make notebooks  execute the notebooks from their texts in notebooks/src/, and write them (NAMES="07 11": only these)
# make wheel      build the wheel, install it into an empty environment and use it there; in Pyodide too, where it can be had
# make pictures   draw the pictures of docs/gallery.md anew, and write the page
#
# Each makes its own virtual environment with the standard library's venv, and uses it again the next time
# unless pyproject.toml has changed. Another Python: make test PYTHON=python3.13

PYTHON ?= python3
NAMES ?=
ARGS ?=
SECONDS ?= 60

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_USER := 0
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

.PHONY: demo demo-full distributed-demo test fuzz mutants system bench hips clients reference docs notebooks pictures wheel clean

demo: .venv/installed-demo
	.venv/bin/python -m nn.demo $(ARGS)

# The full data set is a package of Debian's, or a folder that CHALKGRAD_FASHION_MNIST names.
demo-full: .venv/installed-demo
	@test -n "$$CHALKGRAD_FASHION_MNIST" || test -d /usr/share/datasets/fashion-mnist || \
	    { apt-get update && apt-get install --yes dataset-fashion-mnist; } || \
	    { echo "Install the full data set first: sudo apt-get install dataset-fashion-mnist"; exit 1; }
	.venv/bin/python -m nn.demo --full --out out/full $(ARGS)

distributed-demo: .venv/installed-demo .venv/installed-dist
	.venv/bin/python examples/two_processes.py $(ARGS)

# The tests of what has a compiled twin, or another machine where numba is, run once more with numba hidden.
TWICE := tests/test_without_numba.py tests/optim tests/autograd/test_large.py tests/autograd/test_blas_threads.py \
    $(patsubst %,tests/autograd/capture/test_%.py,blocks checked composed levels machines results training) \
    $(patsubst %,tests/nn/test_%.py,activations attention convolution dropout embedding kernels layers linear losses \
        normalisation pooling precision recurrent scalar_nets training) \
    --deselect tests/nn/test_layers.py::test_derivatives_agree_with_differences
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MPLBACKEND=Agg .venv/bin/python -m pytest -n auto --dist worksteal

# Lint and types come first, so that pytest has the last word. Of neighbouring tests, which compile and prepare the same,
# one worker runs as many as it can (worksteal).
test: .venv/installed-dev $(if $(shell command -v npm),.npm/installed)
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m ruff check .
	.venv/bin/python -m mypy
	PYTHONPATH=$(CURDIR)/tests/without_numba $(PYTEST) $(TWICE)
	$(PYTEST)

fuzz: .venv/installed-fuzz
	.venv/bin/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

mutants: .venv/installed-dev
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MPLBACKEND=Agg .venv/bin/python -m tests.mutants $(NAMES) $(ARGS)

# Only what is missing, and only where that can be done: without them fewer tests run.
system:
	@if command -v apt-get >/dev/null && test "$$(id -u)" = 0; then \
	    command -v dot >/dev/null && command -v chromedriver >/dev/null && command -v ip >/dev/null || \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes graphviz chromium chromium-driver iproute2 >/dev/null; } || \
	    echo "Could not install them; tests that need them are skipped."; \
	else echo "Not root on Debian; install graphviz, chromium, chromium-driver and iproute2 for all tests to run."; fi

bench: .venv-bench/installed-bench .venv-hips/installed-scipy
	.venv-bench/bin/python -m benchmarks $(NAMES) $(ARGS)

hips: .venv/installed-dev .venv-hips/installed-scipy
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.hips $(NAMES) $(ARGS)

clients: .venv-clients/theirs/installed .venv-clients/ours/installed
	.venv-clients/ours/bin/python -m benchmarks.clients \
	    .venv-clients/theirs/bin/python .venv-clients/ours/bin/python $(NAMES) $(ARGS)

reference: .venv-bench/installed-bench
	.venv-bench/bin/python -m tests.reference $(NAMES)

docs: .venv/installed-docs .npm/installed
	.venv/bin/python -m autograd.coverage
	.venv/bin/python -m autograd.special_points
	.venv/bin/python -m docs.site $(ARGS)

notebooks: .venv/installed-dev
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m notebooks $(NAMES) $(ARGS)

pictures: .venv/installed-dev
	.venv/bin/python -m docs

wheel: .venv/installed-dev
	rm -rf dist .venv-wheel
	.venv/bin/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	$(PYTHON) -m venv .venv-wheel
	.venv-wheel/bin/python -m pip install --quiet dist/chalkgrad-*.whl
	.venv-wheel/bin/python -I tests/smoke/smoke.py
	@if command -v npm >/dev/null && npm install --silent --no-save --no-audit --no-fund --prefix .venv-wheel/npm pyodide; then \
	    node tests/smoke/pyodide.mjs "$$PWD/.venv-wheel/npm/node_modules" dist/chalkgrad-*.whl tests/smoke/smoke.py; \
	else echo "Skipped in Pyodide: node or npm is missing."; fi

clean:
	rm -rf .venv .venv-bench .venv-hips .venv-clients .venv-wheel .npm out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# `make` has no use for the order of targets that share a directory, so each stamp asks for its bin/python first.
.venv/installed-%: pyproject.toml | .venv/bin/pip
	.venv/bin/python -m pip install --quiet --editable '.[$*]'
	@touch $@

.venv-bench/installed-%: pyproject.toml | .venv-bench/bin/pip
	.venv-bench/bin/python -m pip install --quiet --editable '.[$*]'
	@touch $@

# HIPS autograd has the import name of our engine, so it lives by itself.
.venv-hips/installed-scipy: | .venv-hips/bin/pip
	.venv-hips/bin/python -m pip install --quiet 'autograd>=1.7' 'numpy>=2.0' 'scipy>=1.13'
	@touch $@

# Two environments of packages that need HIPS autograd; in the second one this library takes its place.
CLIENTS := 'lifelines==0.30.3' 'autograd-gamma==0.5.0' 'pymanopt==2.2.1' 'autograd>=1.7' 'numpy>=2.0'

.venv-clients/theirs/installed: | .venv-clients/theirs/bin/pip
	.venv-clients/theirs/bin/python -m pip install --quiet $(CLIENTS)
	@touch $@

.venv-clients/ours/installed: pyproject.toml | .venv-clients/ours/bin/pip
	.venv-clients/ours/bin/python -m pip install --quiet $(CLIENTS)
	.venv-clients/ours/bin/python -m pip uninstall --quiet --yes autograd
	.venv-clients/ours/bin/python -m pip install --quiet --editable '.[scipy]'
	@touch $@

# What checks pages in a browser (axe-core finds what keeps people from using them) and formulas (KaTeX reads them);
# MathJax shows the documentation's formulas.
.npm/installed:
	@npm install --silent --no-save --no-audit --no-fund --prefix .npm axe-core@4 katex@0.16 mathjax@3 && touch $@ || \
	    echo "Could not install axe-core, KaTeX and MathJax from npm; the tests that need them are skipped."

.PRECIOUS: %/bin/pip
%/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or later is needed; found $$($(PYTHON) --version 2>&1). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear $*
