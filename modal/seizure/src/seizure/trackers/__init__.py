"""What a training's events say, for the programs that people compare trainings with."""
