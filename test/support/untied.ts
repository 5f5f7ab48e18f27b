/** For a shell script that plays a Python: what it is asked to tie to its starter (`modal/with_parent.py`) it runs as it is. */
export const untied = 'case "$2" in */with_parent.py) shift 2; exec "$@" ;; esac';
