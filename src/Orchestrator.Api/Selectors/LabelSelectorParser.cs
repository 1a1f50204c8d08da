using System.Globalization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Selectors;

/// <summary>Reads label selectors as text: <c>a=b,c!=d,e in (x,y),f,!g</c>.</summary>
internal sealed class LabelSelectorParser(string text)
{
    private const string Operators = "in, notin, =, ==, !=, gt, lt";

    private int _at;

    public List<LabelRequirement> Parse()
    {
        var requirements = new List<LabelRequirement>();
        if (Peek().Kind == TokenKind.End) return requirements;
        while (true)
        {
            requirements.Add(Requirement());
            var next = Take();
            if (next.Kind == TokenKind.End) return requirements;
            if (next.Kind != TokenKind.Comma) throw Refused($"found '{next.Text}', expected: ',' or 'end of string'");
            if (Peek() is { Kind: not (TokenKind.Word or TokenKind.Not) } after)
            {
                throw Refused($"found '{after.Text}', expected: identifier after ','");
            }
        }
    }

    private LabelRequirement Requirement()
    {
        var token = Take();
        if (token.Kind == TokenKind.Not) return new(Key(Take()), LabelOperator.DoesNotExist, []);
        if (token.Kind != TokenKind.Word)
        {
            throw Refused($"found '{token.Text}', expected: !, identifier, or 'end of string'");
        }
        var key = Key(token);
        if (Peek().Kind is TokenKind.End or TokenKind.Comma) return new(key, LabelOperator.Exists, []);
        var sign = Take();
        var op = OperatorOf(sign) ?? throw Bad($"found '{sign.Text}', expected: {Operators}");
        var values = op is LabelOperator.In or LabelOperator.NotIn ? ValueSet() : [ExactValue()];
        Check(key, op, values);
        return new(key, op, values);
    }

    private static LabelOperator? OperatorOf(Token token) => token.Text switch
    {
        "=" or "==" => LabelOperator.Equals,
        "!=" => LabelOperator.NotEquals,
        ">" => LabelOperator.GreaterThan,
        "<" => LabelOperator.LessThan,
        "in" when token.Kind == TokenKind.Word => LabelOperator.In,
        "notin" when token.Kind == TokenKind.Word => LabelOperator.NotIn,
        _ => null,
    };

    private string ExactValue()
    {
        if (Peek().Kind is TokenKind.End or TokenKind.Comma) return "";
        var token = Take();
        return token.Kind == TokenKind.Word ? token.Text : throw Bad($"found '{token.Text}', expected: identifier");
    }

    private List<string> ValueSet()
    {
        var open = Take();
        if (open.Kind != TokenKind.Open) throw Bad($"found '{open.Text}' expected: '('");
        var values = new SortedSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var token = Take();
            if (token.Kind == TokenKind.Word)
            {
                values.Add(token.Text);
                token = Take();
            }
            else if (token.Kind is TokenKind.Comma or TokenKind.Close) values.Add("");
            if (token.Kind == TokenKind.Close) return [.. values];
            if (token.Kind != TokenKind.Comma) throw Bad($"found '{token.Text}', expected: ',' or ')'");
        }
    }

    private static string Key(Token token)
    {
        if (token.Kind != TokenKind.Word) throw Bad($"found '{token.Text}', expected: identifier");
        if (LabelSyntax.CheckKey(token.Text) is { } why) throw Bad($"<nil>: Invalid value: \"{token.Text}\": {why}");
        return token.Text;
    }

    private static void Check(string key, LabelOperator op, List<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (LabelSyntax.CheckValue(values[i]) is { } why)
            {
                throw Bad($"values[{i}][{key}]: Invalid value: \"{values[i]}\": {why}");
            }
            if (op is LabelOperator.GreaterThan or LabelOperator.LessThan
                && !long.TryParse(values[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                throw Bad($"values[{i}][{key}]: Invalid value: \"{values[i]}\": for 'Gt', 'Lt' operators, "
                    + "the value must be an integer");
            }
        }
    }

    private static ApiException Bad(string why) => Refused($"unable to parse requirement: {why}");

    private static ApiException Refused(string why) => ApiException.BadRequest(
        why.StartsWith("unable", StringComparison.Ordinal) ? why : $"unable to parse requirement: {why}");

    private Token Peek()
    {
        var start = _at;
        var token = Take();
        _at = start;
        return token;
    }

    private Token Take()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        if (_at >= text.Length) return new(TokenKind.End, "");
        var start = _at++;
        switch (text[start])
        {
            case ',': return new(TokenKind.Comma, ",");
            case '(': return new(TokenKind.Open, "(");
            case ')': return new(TokenKind.Close, ")");
            case '>' or '<': return new(TokenKind.Sign, text[start..(start + 1)]);
            case '=' or '!':
                if (_at < text.Length && text[_at] == '=') _at++;
                var sign = text[start.._at];
                return new(sign == "!" ? TokenKind.Not : TokenKind.Sign, sign);
        }
        while (_at < text.Length && !EndsWord(text[_at])) _at++;
        return new(TokenKind.Word, text[start.._at]);
    }

    private static bool EndsWord(char c) =>
        char.IsWhiteSpace(c) || c is ',' or '(' or ')' or '>' or '<' or '=' or '!';

    private enum TokenKind { Word, Sign, Not, Comma, Open, Close, End }

    private readonly record struct Token(TokenKind Kind, string Text);
}
