"""From µV to robust units, in blocks: resample, filter, scale. Memory does not grow with the
recording."""
