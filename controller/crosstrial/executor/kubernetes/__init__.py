"""The Kubernetes executor: one Job a batch, seen through list and watch.

settings, job       what is configured; the Job of a batch
connect, api        who speaks to the API server; requests and the one layer that repeats them
requests, objects   what is asked; how plain JSON objects are read
cache               one collection by list and watch, on a thread of its own
sight, diagnosis    pure: what is seen of a batch means that it lives so, or ended thus
track               what is remembered of one batch from tick to tick
calls               what is said about a batch with the API server, off the loop's thread
executor            the protocol
"""
