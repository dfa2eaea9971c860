// A small neural network as a model of crosstrial: one program, no library of Python.
//
// It reads one JSON document and one Parquet file, trains on every split, and writes one line of
// JSON a split, or one an epoch if epochs are asked for. The contract is docs/guide/trial-images.md.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// refused is the exit code that says: these parameters make no sense.
const refused = 64

// defaultEpochs is how long it trains when the document leaves that to it.
const defaultEpochs = 60

type document struct {
	Parameters json.RawMessage `json:"parameters"`
	Task       string          `json:"task"`
	Epochs     *struct {
		Count int `json:"count"`
		Every int `json:"every"`
	} `json:"epochs"`
	Data struct {
		Path    string   `json:"path"`
		Target  string   `json:"target"`
		Classes []string `json:"classes"`
		Columns []column `json:"columns"`
	} `json:"data"`
	Splits []split `json:"splits"`
}

type column struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

type split struct {
	Seed       uint64 `json:"seed"`
	Train      []int  `json:"train"`
	Validation []int  `json:"validation"`
	Test       []int  `json:"test"`
}

type parameters struct {
	Hidden       int     `json:"hidden"`
	LearningRate float64 `json:"learning_rate"`
	Decay        float64 `json:"decay"`
	BatchSize    int     `json:"batch_size"`
}

type parts[T any] struct {
	Train      []T `json:"train"`
	Validation []T `json:"validation"`
	Test       []T `json:"test"`
}

type line struct {
	Split         int               `json:"split"`
	Epoch         *int              `json:"epoch,omitempty"`
	Predictions   parts[float64]    `json:"predictions"`
	Probabilities *parts[[]float64] `json:"probabilities,omitempty"`
}

func main() {
	if len(os.Args) != 2 {
		fail(refused, "usage: perceptron DOCUMENT")
	}
	told, chosen := read(os.Args[1])
	data, err := readTable(told)
	if err != nil {
		fail(1, "%s: %v", told.Data.Path, err)
	}
	output := bufio.NewWriter(os.Stdout)
	answers := json.NewEncoder(output)
	for number, split := range told.Splits {
		for answer := range trained(told, chosen, data, number, split) {
			// A network that has diverged predicts no numbers, which JSON does not take.
			if err := answers.Encode(answer); err != nil {
				fail(1, "split %d: %v", number, err)
			}
			output.Flush() // so that a trial can be pruned by its epochs
		}
	}
}

func read(path string) (document, parameters) {
	var told document
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &told)
	}
	if err != nil {
		fail(1, "%s: %v", path, err)
	}
	chosen := parameters{Hidden: 16, LearningRate: 0.02, Decay: 1e-4, BatchSize: 16}
	strict := json.NewDecoder(bytes.NewReader(told.Parameters))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&chosen); err != nil {
		fail(refused, "parameters: %v", err)
	}
	if chosen.Hidden < 1 || chosen.BatchSize < 1 || chosen.LearningRate <= 0 || chosen.Decay < 0 {
		fail(refused, "parameters: %+v: one is out of its range", chosen)
	}
	return told, chosen
}

func fail(code int, message string, values ...any) {
	fmt.Fprintf(os.Stderr, message+"\n", values...)
	os.Exit(code)
}
