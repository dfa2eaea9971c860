package main

import (
	"iter"
	"math"
	"math/rand/v2"
)

// network has one hidden layer; each row of weights ends with its bias.
type network struct {
	hidden, output [][]float64
	classify       bool
}

// trained trains on a split and yields what to answer: after each epoch that is asked for, or once.
func trained(told document, chosen parameters, data *table, number int, split split) iter.Seq[line] {
	return func(yield func(line) bool) {
		inputs := data.features(told, split.Train)
		learner := newLearner(told, chosen, data, inputs, split)
		epochs, every := defaultEpochs, defaultEpochs
		if told.Epochs != nil {
			epochs, every = told.Epochs.Count, told.Epochs.Every
		}
		for epoch := 1; epoch <= epochs; epoch++ {
			learner.train(split.Train)
			if epoch%every != 0 && epoch != epochs {
				continue
			}
			answer := learner.answer(number, split)
			if told.Epochs != nil {
				answer.Epoch = &epoch
			}
			if !yield(answer) {
				return
			}
		}
	}
}

// learner is a network in training. A regression's target is standardised while it learns.
type learner struct {
	network
	chosen          parameters
	random          *rand.Rand
	inputs, target  [][]float64
	mean, deviation float64
}

func newLearner(told document, chosen parameters, data *table, inputs [][]float64, split split) *learner {
	made := &learner{chosen: chosen, inputs: inputs, random: rand.New(rand.NewPCG(split.Seed, 0))}
	made.classify = told.Task == "classification"
	outputs := 1
	if made.classify {
		outputs = len(told.Data.Classes)
	} else {
		made.mean, made.deviation = moments(data.target, split.Train)
	}
	made.target = make([][]float64, len(data.target))
	for row, value := range data.target {
		made.target[row] = make([]float64, outputs)
		if made.classify {
			made.target[row][int(value)] = 1
		} else {
			made.target[row][0] = (value - made.mean) / made.deviation
		}
	}
	made.hidden = made.weights(chosen.Hidden, len(inputs[0]))
	made.output = made.weights(outputs, chosen.Hidden)
	return made
}

func (made *learner) weights(rows, inputs int) [][]float64 {
	weights := make([][]float64, rows)
	for row := range weights {
		weights[row] = make([]float64, inputs+1)
		for column := range inputs {
			weights[row][column] = made.random.NormFloat64() / math.Sqrt(float64(inputs))
		}
	}
	return weights
}

// train goes once over the rows, in an order of its own.
func (made *learner) train(rows []int) {
	for done, place := range made.random.Perm(len(rows)) {
		made.learn(rows[place])
		if (done+1)%made.chosen.BatchSize == 0 {
			made.shrink()
		}
	}
}

func (made *learner) learn(row int) {
	hidden, told := made.forward(made.inputs[row])
	back := make([]float64, len(hidden))
	for place, weights := range made.output {
		// For both losses, cross-entropy and squares, the slope is the same.
		slope := told[place] - made.target[row][place]
		for unit, value := range hidden {
			back[unit] += slope * weights[unit]
			weights[unit] -= made.chosen.LearningRate * slope * value
		}
		weights[len(hidden)] -= made.chosen.LearningRate * slope
	}
	for unit, weights := range made.hidden {
		slope := back[unit] * (1 - hidden[unit]*hidden[unit])
		for place, value := range made.inputs[row] {
			weights[place] -= made.chosen.LearningRate * slope * value
		}
		weights[len(weights)-1] -= made.chosen.LearningRate * slope
	}
}

func (made *learner) shrink() {
	for _, layer := range [][][]float64{made.hidden, made.output} {
		for _, weights := range layer {
			for place := range weights[:len(weights)-1] {
				weights[place] *= 1 - made.chosen.Decay
			}
		}
	}
}

func (made *network) forward(inputs []float64) (hidden, told []float64) {
	hidden = apply(made.hidden, inputs)
	for unit, value := range hidden {
		hidden[unit] = math.Tanh(value)
	}
	told = apply(made.output, hidden)
	if made.classify {
		softmax(told)
	}
	return hidden, told
}

func apply(layer [][]float64, inputs []float64) []float64 {
	told := make([]float64, len(layer))
	for row, weights := range layer {
		told[row] = weights[len(inputs)]
		for place, value := range inputs {
			told[row] += weights[place] * value
		}
	}
	return told
}

func softmax(values []float64) {
	most, sum := math.Inf(-1), 0.0
	for _, value := range values {
		most = math.Max(most, value)
	}
	for place, value := range values {
		values[place] = math.Exp(value - most)
		sum += values[place]
	}
	for place := range values {
		values[place] /= sum
	}
}

func (made *learner) answer(number int, split split) line {
	answer := line{Split: number}
	var probabilities parts[[]float64]
	answer.Predictions.Train, probabilities.Train = made.predict(split.Train)
	answer.Predictions.Validation, probabilities.Validation = made.predict(split.Validation)
	answer.Predictions.Test, probabilities.Test = made.predict(split.Test)
	if made.classify {
		answer.Probabilities = &probabilities
	}
	return answer
}

func (made *learner) predict(rows []int) (predictions []float64, probabilities [][]float64) {
	for _, row := range rows {
		_, told := made.forward(made.inputs[row])
		predictions = append(predictions, made.prediction(told))
		probabilities = append(probabilities, told)
	}
	return predictions, probabilities
}

func (made *learner) prediction(told []float64) float64 {
	if !made.classify {
		return told[0]*made.deviation + made.mean
	}
	best := 0
	for place, value := range told {
		if value > told[best] {
			best = place
		}
	}
	return float64(best)
}
