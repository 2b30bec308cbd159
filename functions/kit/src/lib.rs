//! What every function shares: ports, wiring, the batch loop.
