#!/usr/bin/env bash
# Guess: igraph's files give back the numbers that were written, as NetworkX's do; what igraph has written it can read, and so
# can each of the two read the other's.
# Seen: in igraph 1.0.0 GraphML, GML and edge lists are written with 15 digits: 0.1 + 0.2 comes back as 0.3, and 2**53
# as another whole number. A vanished gradient such as 5e-324 is written and makes the file unreadable, its own and
# NetworkX's, as an overflow. The 1e-07 that NetworkX 3.6.1 writes to GML as 1.E-07 is a syntax error for igraph.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check igraph==1.0.0 networkx==3.6.1
cat >"$folder/expected" <<'END'
igraph 1.0.0 networkx 3.6.1
graphml by_networkx: [0.1, 0.30000000000000004, 0.3333333333333333, 9007199254740992.0]
graphml by_igraph: [0.1, 0.3, 0.333333333333333, 9007199254740990.0]
gml by_igraph: [0.1, 0.3, 0.333333333333333, 9007199254740990.0]
ncol by_igraph: [0.1, 0.3, 0.333333333333333, 9007199254740990.0]
graphml by_networkx: Failed to parse real number. -- Integer or double overflow
graphml by_igraph: Failed to parse real number. -- Integer or double overflow
gml by_networkx: Parse error in GML file, line 14 (syntax error, unexpected ERROR, expecting keyword or ]). -- Parse error
gml by_igraph: [1e-07]
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import tempfile

import igraph
import networkx

print("igraph", igraph.__version__, "networkx", networkx.__version__)
numbers = [0.1, 0.1 + 0.2, 1 / 3, 2.0**53]


def by_igraph(kind, weights, path):
    graph = igraph.Graph(n=len(weights) + 1, edges=[(0, i) for i in range(1, len(weights) + 1)], directed=True)
    graph.es["weight"] = weights
    graph.write(path, format=kind)


def by_networkx(kind, weights, path):
    graph = networkx.DiGraph([(0, i, {"weight": weight}) for i, weight in enumerate(weights, 1)])
    getattr(networkx, f"write_{kind}")(graph, path)


for kind, write, weights in (
    ("graphml", by_networkx, numbers),
    ("graphml", by_igraph, numbers),
    ("gml", by_igraph, numbers),
    ("ncol", by_igraph, numbers),
    ("graphml", by_networkx, [5e-324]),
    ("graphml", by_igraph, [5e-324]),
    ("gml", by_networkx, [1e-7]),
    ("gml", by_igraph, [1e-7]),
):
    with tempfile.NamedTemporaryFile() as file:
        write(kind, weights, file.name)
        try:
            read = igraph.Graph.Read(file.name, format=kind).es["weight"]
        except igraph.InternalError as error:
            read = str(error).split(": ", 1)[1]
        print(f"{kind} {write.__name__}: {read}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
