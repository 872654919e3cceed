"""Documents out: HTML, CSV, JSON, ASFF, SARIF, the terminal; every writer takes one picture."""
