package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/parquet-go/parquet-go"
)

// table holds the columns of the data file: numbers (NaN where missing) or words ("" where missing).
type table struct {
	numbers map[string][]float64
	words   map[string][]string
	target  []float64
}

func readTable(told document) (*table, error) {
	file, err := os.Open(told.Data.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return nil, err
	}
	parquetFile, err := parquet.OpenFile(file, about.Size())
	if err != nil {
		return nil, err
	}
	read := &table{numbers: map[string][]float64{}, words: map[string][]string{}}
	kinds := map[string]string{told.Data.Target: "target"}
	for _, column := range told.Data.Columns {
		kinds[column.Name] = column.Kind
	}
	names := parquetFile.Schema().Columns()
	for _, group := range parquetFile.RowGroups() {
		if err := read.add(group, names, kinds); err != nil {
			return nil, err
		}
	}
	return read, nil
}

func (read *table) add(group parquet.RowGroup, names [][]string, kinds map[string]string) error {
	rows := group.Rows()
	defer rows.Close()
	buffer := make([]parquet.Row, 256)
	for {
		count, err := rows.ReadRows(buffer)
		for _, row := range buffer[:count] {
			for _, value := range row {
				if err := read.keep(names[value.Column()][0], kinds, value); err != nil {
					return err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// keep takes over one cell; columns that are neither features nor the target are left alone.
func (read *table) keep(name string, kinds map[string]string, value parquet.Value) error {
	switch kinds[name] {
	case "nominal":
		word := ""
		if !value.IsNull() {
			word = "=" + string(value.ByteArray())
		}
		read.words[name] = append(read.words[name], word)
		return nil
	case "numeric", "target":
		number, err := numberOf(value)
		if err != nil {
			return fmt.Errorf("column %s: %w", name, err)
		}
		if kinds[name] == "target" {
			read.target = append(read.target, number)
		} else {
			read.numbers[name] = append(read.numbers[name], number)
		}
	}
	return nil
}

func numberOf(value parquet.Value) (float64, error) {
	switch {
	case value.IsNull():
		return math.NaN(), nil
	case value.Kind() == parquet.Double:
		return value.Double(), nil
	case value.Kind() == parquet.Int64:
		return float64(value.Int64()), nil
	}
	return 0, fmt.Errorf("a value of kind %s is no number", value.Kind())
}

// features returns a row of inputs for every row of the data: numbers are standardised by the
// training part, with its mean where missing; each word of the training part is an input.
func (read *table) features(told document, training []int) [][]float64 {
	rows := make([][]float64, len(read.target))
	for _, column := range told.Data.Columns {
		if column.Kind == "numeric" {
			addNumbers(rows, read.numbers[column.Name], training)
		} else {
			addWords(rows, read.words[column.Name], training)
		}
	}
	return rows
}

func addNumbers(rows [][]float64, values []float64, training []int) {
	mean, deviation := moments(values, training)
	for row, value := range values {
		scaled := (value - mean) / deviation
		if math.IsNaN(scaled) {
			scaled = 0
		}
		rows[row] = append(rows[row], scaled)
	}
}

func moments(values []float64, rows []int) (mean, deviation float64) {
	var count, sum, squares float64
	for _, row := range rows {
		if value := values[row]; !math.IsNaN(value) {
			count, sum, squares = count+1, sum+value, squares+value*value
		}
	}
	if count == 0 {
		return 0, 1
	}
	mean = sum / count
	deviation = math.Sqrt(math.Max(0, squares/count-mean*mean))
	if deviation == 0 {
		deviation = 1
	}
	return mean, deviation
}

func addWords(rows [][]float64, words []string, training []int) {
	places := map[string]int{}
	for _, row := range training {
		if _, known := places[words[row]]; !known {
			places[words[row]] = len(places)
		}
	}
	for row, word := range words {
		inputs := make([]float64, len(places))
		if place, known := places[word]; known {
			inputs[place] = 1
		}
		rows[row] = append(rows[row], inputs...)
	}
}
