"""
Answers questions about Modal over stdin and stdout, one JSON object a line. Started with the private environment's Python as
`python -I modal/helper`; ends with its stdin.

    {"id": 1, "do": "apps", "with": {}, "deadline": 10}     → {"id": 1, "ok": …}
                                                            | {"id": 1, "error": {"type": "AuthError", "text": "…"}}
    streams                                                 → {"id": 1, "item": …} … then ok or error
    {"cancel": 1}                                           drops the request

The package beside this file has a name of its own: in isolated mode this folder stands first on the path.
"""

from ann_helper.serve import main

main()
