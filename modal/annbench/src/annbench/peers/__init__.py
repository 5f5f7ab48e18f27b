"""Other people's libraries, measured beside ours and never depended on."""
