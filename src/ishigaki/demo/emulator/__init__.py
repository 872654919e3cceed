"""An AWS of several accounts and all Regions on 127.0.0.1: moto's server behind a thin layer of our own."""
