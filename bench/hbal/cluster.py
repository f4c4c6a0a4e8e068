"""Clusters in Ganeti's text form, from a seed: cluster.py NODES DOMAINS SEED DATA LOAD [SHAPE]"""
import random
import sys

POLICY = "1024,20480,2,1,1,1|1,1,1,1,0,0;1048576,1048576,1024,64,64,64|ext|64|64"


def make(nodes, domains, seed, shape="plain"):
    """(data, load) as texts. Some nodes are hot, some have large instances. Shapes: plain; mixed, nodes and vCPUs of several
    sizes; even, as many instances of the same vCPUs, disk and network load on each node, which hbal cannot leave."""
    rng = random.Random(seed)
    per_node = domains / nodes
    mixed = shape == "mixed"
    sizes = [2 if mixed and rng.random() < 0.3 else 1 for _ in range(nodes)]
    memory = 131072 if per_node <= 20 else 262144
    cores = 32 if per_node <= 20 else 64
    # Each node has a kind of tenant of its own: how much its instances compute, how large they are.
    heat = [rng.lognormvariate(0, 0.45) for _ in range(nodes)]
    large = [0.25 + 0.5 * rng.random() for _ in range(nodes)]
    used, instances, loads = [0] * nodes, [], []
    for i in range(domains):
        node = int(rng.random() * nodes) if shape != "even" and rng.random() < 0.05 else i % nodes
        size = rng.choice([4096, 8192] if rng.random() < large[node] else [1024, 2048, 4096])
        if mixed and rng.random() < 0.05:
            size = 16384
        if used[node] + size > 0.9 * memory * sizes[node]:
            size = 512
        used[node] += size
        vcpus = rng.choice([1, 2, 4, 8]) if mixed else 2 if shape == "even" else rng.choice([1, 2, 2, 4])
        instances.append(f"vm{i:06d}|{size}|20480|{vcpus}|running|Y|n{node:05d}||ext||1|-|N")
        scale = 12 / per_node
        cpu = min(1, heat[node] * rng.lognormvariate(-4.75, 0.9) * scale)
        load = [cpu, min(1, size / 65536 * rng.uniform(0.3, 1.2) * scale), 0.005, 0.005]
        if shape != "even":
            load[2:] = [min(1, rng.lognormvariate(-5.6, 0.6) * scale), min(1, rng.lognormvariate(-5.8, 0.6) * scale)]
        loads.append(f"vm{i:06d} " + " ".join(f"{one:.6f}" for one in load))
    lines = []
    for n in range(nodes):
        total = memory * sizes[n]
        lines.append(f"n{n:05d}|{total}|1024|{total - 1024 - used[n]}|2048000|2048000|{cores * sizes[n]}"
                     f"|{'M' if n == 0 else 'N'}|uuid-g1|1||N|0|0|1.0")
    data = ["g1|uuid-g1|preferred||", "", *lines, "", *instances, "", "", "|" + POLICY, "g1|" + POLICY]
    return "\n".join(data) + "\n", "\n".join(loads) + "\n"


if __name__ == "__main__":
    texts = make(*map(int, sys.argv[1:4]), shape=(sys.argv[6:] or ["plain"])[0])
    for path, text in zip(sys.argv[4:6], texts):
        with open(path, "w") as file:
            file.write(text)
