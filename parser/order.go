package parser

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// ordered puts the equations of a block into an order in which each stands behind those whose names it uses, otherwise as
// written. Those of one name, and those that use each other in a circle, form a group.
func ordered(eqs []*Equation) [][]*Equation {
	var names []string
	of := map[string][]int{}
	place := map[string]int{}
	for i, q := range eqs {
		if of[q.Name] == nil {
			place[q.Name] = len(names)
			names = append(names, q.Name)
		}
		of[q.Name] = append(of[q.Name], i)
	}
	needs := func(v int) []int {
		var list []int
		for _, i := range of[names[v]] {
			for _, n := range used(eqs[i]) {
				if w, ok := place[n]; ok {
					list = append(list, w)
				}
			}
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	var groups [][]*Equation
	for _, c := range ir.Components(len(names), needs) {
		var members []int
		for _, v := range c {
			members = append(members, of[names[v]]...)
		}
		slices.Sort(members)
		var group []*Equation
		for _, i := range members {
			group = append(group, eqs[i])
		}
		groups = append(groups, group)
	}
	return groups
}

// between lists the names between the given one and itself, on a shortest way on which each uses the next, in a group of equations.
func between(group []*Equation, name string) []string {
	from := map[string]string{} // to each name the one that uses it
	for queue := []string{name}; len(queue) > 0; queue = queue[1:] {
		for _, q := range group {
			if q.Name != queue[0] {
				continue
			}
			for _, n := range used(q) {
				if _, seen := from[n]; !seen && slices.ContainsFunc(group, func(r *Equation) bool { return r.Name == n }) {
					from[n] = q.Name
					queue = append(queue, n)
				}
			}
		}
	}
	var list []string
	for n := from[name]; n != name && n != ""; n = from[n] {
		list = append(list, n)
	}
	slices.Reverse(list)
	return list
}

// used lists the names that the right side of an equation mentions, but for those that it binds itself.
func used(q *Equation) []string {
	type item struct {
		x     Expr
		bound []string
	}
	var left []string
	for _, x := range q.Index {
		left = append(left, idents(x)...)
	}
	var list []string
	stack := []item{{q.Value, left}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch x := top.x.(type) {
		case *Ident:
			if !slices.Contains(top.bound, x.Name) {
				list = append(list, x.Name)
			}
		case *Reduce:
			for _, v := range x.Vars {
				top.bound = append(top.bound[:len(top.bound):len(top.bound)], v.Name.Text)
			}
		}
		for _, y := range Operands(top.x) {
			stack = append(stack, item{y, top.bound})
		}
	}
	return list
}

// idents lists the names in x.
func idents(x Expr) []string {
	var list []string
	stack := []Expr{x}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = append(stack[:len(stack)-1], Operands(x)...)
		switch x := x.(type) {
		case *Ident:
			list = append(list, x.Name)
		case *Range:
			list = append(list, x.Name.Text)
		}
	}
	return list
}

// circular tells whether the equations of a group depend on themselves.
func circular(group []*Equation) bool {
	for _, q := range group {
		for _, n := range used(q) {
			if slices.ContainsFunc(group, func(r *Equation) bool { return r.Name == n }) {
				return true
			}
		}
	}
	return false
}
