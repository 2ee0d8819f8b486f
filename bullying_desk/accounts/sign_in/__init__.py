"""Signing in: password, one-time code, the keys behind them, and texts that came too late."""
