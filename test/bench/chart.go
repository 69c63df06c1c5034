package main

import (
	"fmt"
	"slices"
	"strings"
)

// Sizes of the chart, in pixels.
const (
	chartRow  = 22
	chartText = 150 // of a case's name
	chartUnit = 320 // a ratio of 1
	chartMost = 1.5 // ratios above it are cut, and their bars show it
)

// chart returns a picture of the ratios, a bar each, with a line where both sides are as
// fast as each other. Its colours are read on a light page and on a dark one.
func chart(all []row) string {
	all = slices.DeleteFunc(slices.Clone(all), func(r row) bool { return r.Against != expert.title })
	width, height := chartText+int(chartMost*chartUnit)+60, (len(all)+2)*chartRow
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %[1]d %[2]d\""+
		" font-family=\"sans-serif\" font-size=\"13\" fill=\"#888\">\n", width, height)
	fmt.Fprintf(&b, "<title>Time of a build by its spec, where the expert's Dockerfile takes 1</title>\n")
	for i, r := range all {
		y := (i + 1) * chartRow
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", chartText-8, y+15, r.label())
		length := int(min(r.Ratio, chartMost) * chartUnit)
		b.WriteString(r.bar(chartText, y+3, length, chartRow-6))
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\">%.2f×</text>\n", chartText+length+6, y+15, r.Ratio)
	}
	line := chartText + chartUnit
	fmt.Fprintf(&b, "<path d=\"M%d %dV%d\" stroke=\"#888\" stroke-dasharray=\"4\"/>\n", line, chartRow-4, height-chartRow+4)
	fmt.Fprintf(&b, "<text x=\"%d\" y=\"14\" text-anchor=\"middle\">the expert's Dockerfile</text>\n", line)
	if slices.ContainsFunc(all, row.cut) {
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" font-size=\"11\">a bar with a gap is cut at %.1f×</text>\n", chartText, height-5, chartMost)
	}
	return b.String() + "</svg>\n"
}

// cut reports whether a ratio is more than a bar can show.
func (r row) cut() bool { return r.Ratio > chartMost }

// bar returns the bar of a row; one that is cut has a slanted gap before its end.
func (r row) bar(x, y, length, height int) string {
	const gap, end, slant = 5, 16, 6
	if !r.cut() {
		return fmt.Sprintf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n", x, y, length, height, r.colour())
	}
	left := x + length - end
	return fmt.Sprintf("<path d=\"M%d %dH%dl%d %dH%dzM%d %dH%dv%dH%dz\" fill=\"%s\"/>\n",
		x, y, left, -slant, height, x, left+gap, y, x+length, height, left+gap-slant, r.colour())
}

// label returns what a row is of: its case, and its platform where that is one.
func (r row) label() string {
	if strings.Contains(r.Platforms, ",") {
		return r.Case
	}
	return r.Case + ", " + strings.TrimPrefix(r.Platforms, "linux/")
}

// colour returns green for what is faster than the Dockerfile.
func (r row) colour() string {
	if r.Ratio <= 1 {
		return "#2e9e5b"
	}
	return "#d98a2b"
}
