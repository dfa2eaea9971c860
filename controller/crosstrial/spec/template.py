"""The commented document that `crosstrial init` writes: small, and every choice explained."""

TEMPLATE = """\
# An experiment: which kinds of models do well on which data sets, each kind at its best?
#
#   crosstrial validate experiment.yaml    every mistake with its line and what to do
#   crosstrial run experiment.yaml         runs it on this machine, in about a minute
#
# Every key that may stand here: crosstrial schema
apiVersion: crosstrial/v1
kind: Experiment
metadata:
  # The experiment's identity. Run the same name again, and it goes on where it stopped; content
  # that differs is refused, unless it only adds to it and you say --update.
  name: first-steps

spec:
  # Seeds the draws and the estimators: the same document draws the same trials everywhere.
  seed: 0

  # Data sets, in groups with names of your choice.
  dataGroups:
    labels:
      - sklearn:iris            # SOURCE:ID; these come with scikit-learn
      - sklearn:wine
      - sklearn:breast_cancer
    numbers:
      - sklearn:diabetes
      # A file of your own; its path counts from the folder of this document:
      # - {name: churn, source: csv, uri: ./churn.csv, target: churned, task: classification}

  # Kinds of models, in groups too. Each has a space of hyperparameters of its own.
  modelGroups:
    trees:
      # One class for each task, so this one meets data of both.
      - name: random-forest
        model:
          classification: sklearn.ensemble.RandomForestClassifier
          regression: sklearn.ensemble.RandomForestRegressor
        # Configurations to try first; `default` is the estimator's own.
        points: [default]
        space:
          n_estimators: {distribution: int_log_uniform, min: 10, max: 100}
          # A choice, of values or of distributions.
          max_features: {oneOf: [sqrt, {distribution: float_uniform, min: 0.2, max: 1.0}]}
          n_jobs: 1             # a bare value is a constant
    smooth:
      # The name would be logistic-regression, from the class, if there were none here.
      - name: logistic
        model: sklearn.linear_model.LogisticRegression
        # Fitted on training rows only. Columns are imputed and encoded unless told otherwise.
        preprocess: {scale: standard}
        points: [default]
        space:
          C: {distribution: log_uniform, min: 1e-3, max: 1e3}
          max_iter: 500
      - name: svm
        model: sklearn.svm.SVC
        preprocess: {scale: standard}
        points: [default]
        space:
          C: {distribution: log_uniform, min: 1e-2, max: 1e2}
          kernel: {distribution: categorical, values: [rbf, poly, linear]}
          # Only drawn where the kernel is poly.
          degree: {distribution: int_uniform, min: 2, max: 4, when: {kernel: [poly]}}

  # Which model groups meet which data groups: 3 x 3 + 1 x 1 = 10 pairs.
  applications:
    labels: [trees, smooth]
    numbers: [trees]

  # How many trials each pair gets. Raise it later: the first ones stay, only the missing ones run.
  runsPerPair: 10

  evaluation:
    # The test part, for reports only: one fifth, or {kind: kfold, folds: 3, repeats: 1}.
    outer: {kind: holdout, test: 0.2}
    # The validation part, taken from the rest: configurations are chosen by its scores.
    inner: {kind: holdout, validation: 0.2}
    # scikit-learn scorer names; greater is better, and the first one chooses.
    metrics:
      classification: [balanced_accuracy, accuracy]
      regression: [neg_root_mean_squared_error, r2]

  limits:
    trialSeconds: 60            # a trial that takes longer has failed, and counts as such
    parallelBatches: 2          # how much runs at once
    wallClock: 1h               # the experiment ends then, whatever is left

  batch:
    targetSeconds: 10           # about how long one process works; what a lost one may cost
"""
