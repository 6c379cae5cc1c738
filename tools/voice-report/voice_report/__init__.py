"""What a listener hears of langdu's voices, measured: `make voice-report`."""
