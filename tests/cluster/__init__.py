"""A real Kubernetes for tests: `python -m cluster up | down | images | kubeconfig | kubectl`.

`choose` says which one: the cluster that CROSSTRIAL_TEST_KUBECONFIG names (`given`), else kind or
minikube when Docker answers (`docker`), else one built from Go modules on this machine (`native`).

    native, teardown          the order in which things come up, and go down
    control_plane, node, dns  the daemons
    certificates, network     who may speak, and over what
    fake_nodes                nodes without a machine, for tests of scale
    volumes                   folders for claims
    host, cgroups, leftovers  what of the machine is borrowed; what may not stay behind
    versions, build           what is compiled, and its cache
    images, buildah, oci      images without a registry, from `base` and `wheels`
    folders, daemon           where things are; start and stop a process
    shell, probe, debian      run a command, ask a server, install a package

The native cluster takes root on a Debian machine. It has one node, a few volumes for
claims, no way out for pods, and does not enforce NetworkPolicy.
"""
