"""Training: windows → loss → weights, checkpoint by checkpoint. All but the config needs torch."""
