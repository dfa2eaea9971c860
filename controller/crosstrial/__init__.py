"""crosstrial: many kinds of models, each over its own space, compared across many data sets."""
