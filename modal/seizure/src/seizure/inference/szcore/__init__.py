"""A checkpoint as the leaderboard runs it: a container that takes one EDF file and leaves one table
(epilepsybenchmarks.com, https://github.com/esl-epfl/szcore)."""
